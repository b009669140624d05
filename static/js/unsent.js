// On an error page: what was sent did not arrive, so that the form gives the text back when it is opened again.
export function start() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("sent:")) sessionStorage.removeItem(key);
  }
}

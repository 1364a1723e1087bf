// This script is loaded before the page's WebAssembly and works without it. It takes care of the page before the WebAssembly is loaded and after it
// has stopped. When the WebAssembly stops (a panic, or out of memory), the script tells the user, reports the place in our code to the server, and
// gives the page back to the browser: events no longer reach the stopped scripts, so links and forms work as they do without scripts.
(() => {
  const TYPES = ['click', 'submit', 'input', 'change', 'keydown', 'keyup', 'focusin', 'focusout', 'pointerdown', 'toggle'];
  let stopped = false;

  function stop(location) {
    if (stopped) return;
    stopped = true;
    delete document.documentElement.dataset.reacts;
    for (const type of TYPES) window.addEventListener(type, event => event.stopImmediatePropagation(), true);
    // The URL has changed, but no script is left to render the page that belongs to it.
    window.addEventListener('popstate', event => {
      event.stopImmediatePropagation();
      window.location.reload();
    }, true);
    const notice = document.getElementById('stopped');
    if (notice) {
      // The skip link stays the first element of the page.
      const skip = document.querySelector('.skip');
      if (skip) skip.after(notice.content.cloneNode(true));
      else document.body.prepend(notice.content.cloneNode(true));
    }
    fetch('/browser/stopped', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: window.location.pathname, location }),
      keepalive: true,
    }).catch(() => {});
  }

  const isTrap = error => error instanceof WebAssembly.RuntimeError;
  window.addEventListener('bedside:stopped', event => stop(String(event.detail)));
  window.addEventListener('error', event => isTrap(event.error) && stop(''));
  window.addEventListener('unhandledrejection', event => isTrap(event.reason) && stop(''));

  // Until the WebAssembly is loaded, typed text is not saved as a draft. So the browser asks the user before such a page is left. Forms with
  // `draft_of` are those whose text is saved.
  let sent = false;
  const isTyped = control => control.type !== 'hidden' && control.defaultValue !== undefined && control.value !== control.defaultValue;
  const holdsText = form => form.elements.draft_of?.value && [...form.elements].some(isTyped);
  window.addEventListener('submit', () => (sent = true));
  window.addEventListener('beforeunload', event => {
    const reacts = stopped || document.documentElement.dataset.reacts !== undefined;
    if (!reacts && !sent && [...document.forms].some(holdsText)) event.preventDefault();
  });
})();

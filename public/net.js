// Loaded before the page's WebAssembly, and works without it. It looks after the page before the WebAssembly is there and after it has stopped. When the WebAssembly stops (a panic, or no memory left), this says so to the
// person, reports the place in our code to the server, and gives the page back to the browser: no event reaches the dead scripts any more, so
// links and forms work as they do without scripts.
(() => {
  const TYPES = ['click', 'submit', 'input', 'change', 'keydown', 'keyup', 'focusin', 'focusout', 'pointerdown', 'toggle'];
  let stopped = false;

  function stop(location) {
    if (stopped) return;
    stopped = true;
    delete document.documentElement.dataset.reacts;
    for (const type of TYPES) window.addEventListener(type, event => event.stopImmediatePropagation(), true);
    // The address has changed, and nobody is left to draw the page that belongs to it.
    window.addEventListener('popstate', event => {
      event.stopImmediatePropagation();
      window.location.reload();
    }, true);
    const notice = document.getElementById('stopped');
    if (notice) {
      // The way past the navigation stays the first thing on the page.
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

  // Until the WebAssembly is there nothing remembers what is typed, so the browser asks before such text is left. `draft_of` marks the forms whose
  // text is kept.
  let sent = false;
  const isTyped = control => control.type !== 'hidden' && control.defaultValue !== undefined && control.value !== control.defaultValue;
  const holdsText = form => form.elements.draft_of?.value && [...form.elements].some(isTyped);
  window.addEventListener('submit', () => (sent = true));
  window.addEventListener('beforeunload', event => {
    const reacts = stopped || document.documentElement.dataset.reacts !== undefined;
    if (!reacts && !sent && [...document.forms].some(holdsText)) event.preventDefault();
  });
})();

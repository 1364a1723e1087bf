// Sends the file of a form with `data-upload` in parts, so that a lost network costs one part and not the whole file. It works before and after the page's
// WebAssembly, and without it; without scripts the form itself sends the file. Files can also be dropped on the form, or pasted.
(() => {
  const PATIENCE = [1000, 2000, 4000, 8000, 15000];
  const busy = new WeakSet();
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const formOf = target => (target instanceof Element ? target.closest('form[data-upload]') : null);
  const EDGE = 64 * 1024;
  // Within a tab, a file that is chosen again after the page was reloaded goes on where it was. Two files may have the same size and time, so its name, its first and its last
  // bytes count too. They are hashed, so that the key does not tell them. Without TLS a browser does not hash, and an upload begins anew.
  async function keyOf(form, file) {
    if (!crypto.subtle) return null;
    const facts = `${file.name}\0${file.size}\0${file.lastModified}\0`;
    const bytes = await new Blob([facts, file.slice(0, EDGE), file.slice(Math.max(0, file.size - EDGE))]).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return `upload ${(form.elements.replaces?.value || form.elements.paper?.value || form.elements.thread?.value || form.elements.patient?.value) ?? form.elements.clinic?.value ?? form.elements.purpose.value} ${Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('')}`;
  }

  class Refused extends Error {}

  // One request. While the network or the server is away, it is tried again; what the server refuses is not.
  async function ask(method, path, body, say) {
    for (let tries = 0; ; tries += 1) {
      let answer;
      try {
        const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
        answer = await fetch(path, { method, body, headers, credentials: 'same-origin' });
      } catch {
        answer = null;
      }
      if (answer?.ok) return answer.status === 204 ? null : answer.json();
      if (answer && answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
        const { message } = await answer.json().catch(() => ({}));
        throw Object.assign(new Refused(message ?? ''), { status: answer.status });
      }
      say();
      await pause(PATIENCE[Math.min(tries, PATIENCE.length - 1)]);
    }
  }

  async function begun(form, file, key, waiting) {
    const kept = key && sessionStorage.getItem(key);
    if (kept) {
      const upload = await ask('GET', `/uploads/${kept}`, undefined, waiting).catch(() => null);
      if (upload?.state === 'uploading') return upload;
    }
    const said = {
      purpose: form.elements.purpose.value,
      patient: form.elements.patient?.value,
      clinic: form.elements.clinic?.value,
      paper: form.elements.paper?.value,
      thread: form.elements.thread?.value,
      replaces: form.elements.replaces?.value,
      name: file.name,
      kind: file.type,
      bytes: file.size,
    };
    const upload = await ask('POST', '/uploads', JSON.stringify(said), waiting);
    if (key) sessionStorage.setItem(key, upload.id);
    return upload;
  }

  async function send(form, file) {
    if (busy.has(form)) return;
    busy.add(form);
    const [bar, line, button] = ['progress', '[role="status"]', 'button'].map(part => form.querySelector(part));
    const waiting = () => (line.textContent = form.dataset.waiting);
    bar.hidden = false;
    bar.value = 0;
    button.disabled = true;
    line.textContent = form.dataset.sending;
    try {
      const key = await keyOf(form, file);
      const upload = await begun(form, file, key, waiting);
      const count = Math.ceil(file.size / upload.part_bytes);
      const there = new Set(upload.parts);
      for (let number = 1; number <= count; number += 1) {
        if (!there.has(number)) {
          const part = file.slice((number - 1) * upload.part_bytes, number * upload.part_bytes);
          await ask('PUT', `/uploads/${upload.id}/parts/${number}`, part, waiting);
        }
        bar.value = (100 * number) / count;
        line.textContent = form.dataset.sending;
      }
      line.textContent = form.dataset.checking;
      let now = await ask('POST', `/uploads/${upload.id}/complete`, undefined, waiting);
      if (key) sessionStorage.removeItem(key);
      for (let looks = 0; now.state === 'checking' && looks < 40; looks += 1) {
        await pause(250);
        now = await ask('GET', `/uploads/${upload.id}`, undefined, waiting);
      }
      const patient = new URLSearchParams(window.location.search).get('patient');
      window.location.assign(window.location.pathname + (patient ? `?patient=${encodeURIComponent(patient)}` : ''));
    } catch (error) {
      bar.hidden = true;
      button.disabled = false;
      const { status, message } = error instanceof Refused ? error : {};
      line.textContent = status === 422 ? form.dataset.kind : message || form.dataset.failed;
      busy.delete(form);
    }
  }

  document.addEventListener('submit', event => {
    const form = formOf(event.target);
    const file = form?.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    send(form, file);
  });
  document.addEventListener('dragover', event => formOf(event.target) && event.preventDefault());
  document.addEventListener('drop', event => {
    const form = formOf(event.target);
    const file = form && event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    send(form, file);
  });
  document.addEventListener('paste', event => {
    const form = document.querySelector('form[data-upload]');
    const file = event.clipboardData?.files[0];
    if (!form || !file) return;
    event.preventDefault();
    send(form, file);
  });
})();

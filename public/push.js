// The service worker: shows push messages, and opens their page when one is clicked. It has no part in loading pages.
self.addEventListener('push', event => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // A message that cannot be read is shown without a sentence of its own: browsers want to see each one.
  }
  const { title = 'Bedside', open = '/account/notices', tag } = told;
  event.waitUntil(self.registration.showNotification(title, { tag, data: { open } }));
});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  const address = new URL(event.notification.data?.open ?? '/account/notices', self.location.origin);
  if (address.origin !== self.location.origin) return;
  event.waitUntil(
    (async () => {
      const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      const shown = pages.find(page => new URL(page.url).pathname === address.pathname);
      return shown ? shown.focus() : self.clients.openWindow(address.href);
    })(),
  );
});

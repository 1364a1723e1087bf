((script, module, parts) => {
  const request = (rel, href, as) => {
    const link = document.createElement('link');
    Object.assign(link, { rel, href, crossOrigin: 'anonymous' });
    if (as) link.as = as;
    document.head.append(link);
  };
  request('modulepreload', script);
  for (const file of [module, ...parts]) request('preload', file, 'fetch');
  // Back and Forward can change the address while the document stays, and nothing but the WebAssembly could show another page in it.
  const address = () => location.pathname + location.search;
  const own = address();
  const isLeft = () => address() !== own;
  addEventListener('popstate', () => {
    if (isLeft() && !document.documentElement.hasAttribute('data-reacts')) location.reload();
  });
  // While the page hydrates, its router takes each click on a link, and cannot show another page yet. So the browser follows the link.
  document.addEventListener('click', event => {
    if (!document.documentElement.hasAttribute('data-reacts') && event.target.closest('a[href]')) event.stopPropagation();
  }, true);
  document.addEventListener('DOMContentLoaded', async () => {
    const bundle = await import(script);
    await bundle.default({ module_or_path: module });
    if (!isLeft()) await bundle.hydrate();
  });
})

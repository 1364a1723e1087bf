((script, module, parts) => {
  const request = (rel, href, as) => {
    const link = document.createElement('link');
    Object.assign(link, { rel, href, crossOrigin: 'anonymous' });
    if (as) link.as = as;
    document.head.append(link);
  };
  request('modulepreload', script);
  for (const file of [module, ...parts]) request('preload', file, 'fetch');
  document.addEventListener('DOMContentLoaded', async () => {
    const bundle = await import(script);
    await bundle.default({ module_or_path: module });
    bundle.hydrate();
  });
})

(sheet => {
  // The browser has begun to load the first file of the font, because the page shows such a character.
  const look = () => {
    const first = [...document.fonts].find(font => font.family.includes('East Asian'));
    if (!first || first.status === 'unloaded') return;
    for (const event of ['loading', 'loadingdone']) document.fonts.removeEventListener(event, look);
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href: sheet });
    document.head.append(link);
  };
  for (const event of ['loading', 'loadingdone']) document.fonts.addEventListener(event, look);
})

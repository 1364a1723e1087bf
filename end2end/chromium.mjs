// How tests and benches start Chromium.

/** The options of `chromium.launch`. The program may be named in the environment; cameras and microphones are made up. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ],
};

/** Chromium with windows, which need not be seen. Only this one asks its user, here the permissions of a test, for a camera or a microphone. */
export const programThatAsks = process.env.CHROMIUM ?? '/usr/bin/chromium';

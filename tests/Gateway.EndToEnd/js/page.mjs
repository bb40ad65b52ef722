// Opens addresses of the dashboard in Chromium, one after the other. Prints for each what it shows, what it loaded and how many bytes that took, and
// everything that the browser refused or complained about. One JSON object per line.
import { chromium } from 'playwright-core';

const { urls, executablePath, userData } = JSON.parse(process.argv[2]);
const print = line => console.log(JSON.stringify(line));

const browser = await chromium.launchPersistentContext(userData, {
  executablePath,
  headless: false, // Its own flag for that is the old one; --headless=new is below.
  args: [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  page.setDefaultTimeout(20_000);
  const loaded = [];
  page.on('console', message => message.type() === 'error' && print({ trouble: message.text() }));
  page.on('pageerror', error => print({ trouble: String(error) }));
  page.on('requestfailed', request => /ERR_ABORTED/.test(request.failure()?.errorText) || print({ trouble: `${request.url()} ${request.failure()?.errorText}` }));
  page.on('requestfinished', async request => {
    const { pathname, origin } = new URL(request.url());
    if (origin !== new URL(urls[0]).origin) {
      print({ trouble: `a request to ${origin}` });
    }

    if (pathname === '/' || pathname.startsWith('/ui/')) {
      const { responseBodySize } = await request.sizes();
      loaded.push({ pathname, bytes: Math.max(responseBodySize, 0) });
    }
  });
  await page.exposeFunction('violated', violation => print({ trouble: violation }));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', event => window.violated(`${event.violatedDirective} forbids ${event.blockedURI || event.sample}`)));

  for (const url of urls) {
    loaded.length = 0;
    await page.goto(url);
    await page.locator('#app > *').first().waitFor();
    await page.waitForTimeout(500);
    print({ opened: url, title: await page.title(), text: await page.locator('#app').innerText(), loaded });
  }
} finally {
  await browser.close();
}
print({ done: true });

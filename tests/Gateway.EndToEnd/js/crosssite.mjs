// A page of another site in Chromium tries to reach the gateway, under its own name and under one that was rebound to it. Prints the responses, one JSON object per line.
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const { url, executablePath, userData } = JSON.parse(process.argv[2]);
const print = line => console.log(JSON.stringify(line));

const evil = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html><title>evil</title>'));
await new Promise(listening => evil.listen(0, '127.0.0.1', listening));
const port = new URL(url).port;

const browser = await chromium.launchPersistentContext(userData, {
  executablePath,
  headless: false, // Its own flag for that is the old one; --headless=new is below.
  args: [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP rebound.example 127.0.0.1',
  ],
});
try {
  const page = browser.pages()[0] ?? await browser.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`http://127.0.0.1:${evil.address().port}/`);
  const tried = await page.evaluate(async gateway => {
    const simple = await fetch(new URL('/vms/web1/stop', gateway), { method: 'POST', mode: 'no-cors' }).then(r => r.type, e => String(e));
    const read = await fetch(new URL('/vms', gateway)).then(r => r.text(), () => 'refused');
    const json = await fetch(new URL('/vms/web1/qmp', gateway), {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"execute":"query-status"}',
    }).then(r => r.text(), () => 'refused');
    const socket = await new Promise(settled => {
      const ws = new WebSocket(new URL('/hubs/events', gateway).href.replace('http', 'ws'));
      ws.onopen = () => settled('open');
      ws.onerror = () => settled('refused');
    });
    return { simple, read, json, socket };
  }, url);
  print(tried);

  const rebound = await page.goto(`http://rebound.example:${port}/vms`);
  print({ rebound: String(rebound.status()), reboundBody: await rebound.text() });
} finally {
  await browser.close();
  evil.close();
}
print({ done: true });

// A typical JavaScript client of the hub. Prints what it receives, one JSON object per line.
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';

const { url, protocol, names, filter, wrong } = JSON.parse(process.argv[2]);
const print = line => console.log(JSON.stringify(line));

// The client reports that a request failed, but not why.
const { fetch } = globalThis;
globalThis.fetch = (...request) => fetch(...request).catch(error => {
  console.error(String(request[0]), error.cause);
  throw error;
});

const builder = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None);
if (protocol === 'messagepack') builder.withHubProtocol(new MessagePackHubProtocol());
const connection = builder.build();
for (const name of names) connection.on(name, envelope => print({ called: envelope, as: name }));
connection.on('Checkpoint', cursor => print({ checkpoint: cursor }));
connection.onclose(() => print({ closed: true }));

await connection.start();
for (const each of wrong) {
  await connection.invoke('Subscribe', each).then(
    () => print({ failed: each, message: 'it was taken' }),
    error => print({ refused: error.message, of: each }));
}

connection.stream('Stream', filter).subscribe({
  next: envelope => print({ streamed: envelope }),
  complete: () => print({ streamEnded: null }),
  error: error => print({ streamEnded: error.message }),
});
print({ subscribed: await connection.invoke('Subscribe', filter) });

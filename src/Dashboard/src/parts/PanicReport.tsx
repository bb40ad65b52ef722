import { hex64 } from "../qemu/numbers.js";
import { panic } from "../qemu/panics.js";
import { visible } from "../qemu/words.js";

/** What the guest reported when it panicked: in words, and every register with all its 64 bits. */
export function PanicReport({ info }: { info: unknown }) {
  const report = panic(info);
  if (report === undefined) {
    return <p class="quiet">The guest reported only that it panicked, as with pvpanic. Its console may show why.</p>;
  }

  return (
    <section class="panic">
      {report.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}
      {report.message !== undefined && (
        <figure>
          <figcaption class="quiet">Message from the guest (untrusted):</figcaption>
          <pre class="untrusted" tabIndex={0}><bdi>{visible(report.message)}</bdi></pre>
        </figure>
      )}
      {report.registers.length > 0 && (
        <table class="registers">
          <caption class="unseen">Registers of the panic</caption>
          <thead><tr><th scope="col">Register</th><th scope="col">Hexadecimal, 64 bits</th><th scope="col" class="decimal">Decimal</th></tr></thead>
          <tbody>
            {report.registers.map(({ name, meaning, value }) => (
              <tr key={name}>
                <th scope="row"><code>{name}</code>{meaning !== undefined && <span class="quiet"> {meaning}</span>}</th>
                <td class="num hex">{hex64(value)}</td>
                <td class="num decimal">{String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {report.parts !== undefined && (
        <>
          <h2>Program status word, decoded</h2>
          <dl class="facts psw">{report.parts.map(({ name, value }) => [<dt key={name}>{name}</dt>, <dd key={`${name}=`}>{value}</dd>])}</dl>
        </>
      )}
    </section>
  );
}

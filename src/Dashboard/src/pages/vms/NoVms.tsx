import { may } from "../../app/session.js";
import { Copy } from "../../parts/Copy.js";

/** What to do if there are no VMs. */
export function NoVms() {
  return (
    <section class="card empty">
      <h2>No virtual machines yet</h2>
      {may("admin")
        ? <>
          <p>Give QEMU a monitor by adding this to its command line:</p>
          <Copy text="-qmp unix:/run/qemu/web1.qmp,server=on,wait=off" />
          <p>Then add it to the gateway, in one of three ways:</p>
          <ul class="ways">
            <li>with the button <b>Add a VM</b> above, without a restart;</li>
            <li>on its command line or in <code>appsettings.json</code>: <Copy text="--Gateway:Vms:web1:Endpoint=unix:/run/qemu/web1.qmp" /></li>
            <li>by watching a directory, so that each socket in it is added automatically: <Copy text="--Gateway:Discovery:Paths:0=/run/qemu" /></li>
          </ul>
        </>
        : <p>There are no VMs, or you may not see them. Ask whoever runs this gateway for a grant.</p>}
    </section>
  );
}

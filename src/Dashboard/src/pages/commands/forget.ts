import { effect } from "@preact/signals";
import { session } from "../../app/session.js";
import { forgetDrafts } from "./draft.js";
import { forgetSent } from "./history.js";
import { forgetResults } from "./results.js";

// Another person may sign in next.
effect(() => {
  if (session.value.state === "signed-out") {
    forgetDrafts();
    forgetResults();
    forgetSent();
  }
});

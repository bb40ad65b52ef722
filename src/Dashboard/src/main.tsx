import { render } from "preact";
import { App } from "./app/App.js";
import { start } from "./app/session.js";
import { rememberPage } from "./app/update.js";
import "./look/tokens.css";
import "./look/elements.css";
import "./look/shell.css";

void start();
void rememberPage();
render(<App />, document.getElementById("app")!);

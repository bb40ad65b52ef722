import { render } from "preact";

function App() {
  return <h1>QMP Gateway</h1>;
}

render(<App />, document.getElementById("app")!);

export function CommandsPage({ vm }: { vm?: string }) {
  return <h1>Commands {vm}</h1>;
}

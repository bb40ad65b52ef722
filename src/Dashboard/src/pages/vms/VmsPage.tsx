export function VmsPage() {
  return <h1>Virtual machines</h1>;
}

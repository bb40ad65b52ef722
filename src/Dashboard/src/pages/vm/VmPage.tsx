export function VmPage({ id }: { id: string }) {
  return <h1>{id}</h1>;
}

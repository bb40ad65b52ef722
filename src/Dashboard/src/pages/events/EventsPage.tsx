export function EventsPage({ id }: { id?: string | undefined }) {
  return <h1>Events {id}</h1>;
}

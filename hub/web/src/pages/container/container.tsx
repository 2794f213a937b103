export function ContainerPage() {
  return <main className="page" />;
}

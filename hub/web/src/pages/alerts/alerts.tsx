export function AlertsPage() {
  return <main className="page" />;
}

export function AccountPage() {
  return <main className="page" />;
}

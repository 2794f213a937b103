export function ProjectPage() {
  return <main className="page" />;
}

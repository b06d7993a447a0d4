/** The views, in the order of the navigation. */
export interface View {
  readonly path: string;
  readonly title: string;
}

export const VIEWS: readonly View[] = [
  { path: "", title: "Overview" },
  { path: "machines", title: "Machines" },
  { path: "provision", title: "Provision" },
  { path: "containers", title: "Containers" },
  { path: "storage", title: "Storage" },
  { path: "jobs", title: "Jobs" },
  { path: "schedules", title: "Schedules" },
  { path: "providers", title: "Providers" },
  { path: "changes", title: "Changes" },
  { path: "access", title: "Access" },
  { path: "audit", title: "Audit" },
];

/** Schedules: actions on machines at planned times. */
import { graphql, type ResultOf, type VariablesOf } from "../api/graphql.ts";
import { dryRunFields } from "./action_documents.ts";

const scheduleFields = graphql(`
  fragment ScheduleFields on Schedule {
    id name label operation times enabled max filter
    nextRuns(first: 1)
    owner { login }
    machineNames { id name }
    runs(first: 5) { nodes { id plannedAt outcome message job { id state } } totalCount }
  }
`);

export const schedulesQuery = graphql(
  `query Schedules($after: String) {
    schedules(first: 100, after: $after) {
      nodes { ...ScheduleFields }
      totalCount
    }
  }`,
  [scheduleFields],
);
export const createScheduleMutation = graphql(
  `mutation CreateSchedule($input: CreateScheduleInput!) {
    createSchedule(input: $input) {
      schedule { id }
      dryRun { ...DryRunFields }
      errors { field message }
    }
  }`,
  [dryRunFields],
);
export const updateScheduleMutation = graphql(`mutation UpdateSchedule($input: UpdateScheduleInput!) {
  updateSchedule(input: $input) { schedule { id } errors { message } }
}`);
export const deleteScheduleMutation = graphql(`mutation DeleteSchedule($input: DeleteScheduleInput!) {
  deleteSchedule(input: $input) { errors { message } }
}`);

export const runScheduleMutation = graphql(
  `mutation RunSchedule($input: RunScheduleInput!) {
    runSchedule(input: $input) { job { id } dryRun { ...DryRunFields } errors { message } }
  }`,
  [dryRunFields],
);

export type Schedule = ResultOf<typeof scheduleFields>;
export type NewSchedule = VariablesOf<typeof createScheduleMutation>["input"];

export const OPERATIONS: readonly { readonly name: string; readonly label: string }[] = [
  { name: "virtual_machine.stop", label: "Stop" },
  { name: "virtual_machine.start", label: "Start" },
  { name: "virtual_machine.suspend", label: "Suspend" },
  { name: "virtual_machine.resume", label: "Resume" },
  { name: "virtual_machine.terminate", label: "Terminate" },
];

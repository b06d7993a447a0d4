/** The mutations that act on machines and containers, and what is read of their dry runs. */
import { graphql, type ResultOf } from "../api/graphql.ts";
import { costFields } from "./costs.ts";

export const dryRunFields = graphql(
  `
  fragment DryRunFields on DryRun {
    allowed
    cost { ...CostFields }
    checks { name ok message }
    targets {
      allowed
      checks { name ok message }
      virtualMachine { id name region provider { id name } }
    }
  }
`,
  [costFields],
);
const oneFields = graphql(
  `
  fragment OneFields on DryRun {
    allowed
    cost { ...CostFields }
    checks { name ok message }
  }
`,
  [costFields],
);
const containerFields = graphql(`
  fragment ContainerDryRunFields on ContainerDryRun {
    allowed
    checks { name ok message }
  }
`);

export type DryRun = ResultOf<typeof dryRunFields>;

/** One job with a part for each machine; the other actions have a job for each. */
export const OF_MANY = {
  START: graphql(
    `mutation StartMachines($input: StartVirtualMachinesInput!) {
      result: startVirtualMachines(input: $input) {
        job { id } dryRun { ...DryRunFields } errors { field message }
      }
    }`,
    [dryRunFields],
  ),
  STOP: graphql(
    `mutation StopMachines($input: StopVirtualMachinesInput!) {
      result: stopVirtualMachines(input: $input) {
        job { id } dryRun { ...DryRunFields } errors { field message }
      }
    }`,
    [dryRunFields],
  ),
  TERMINATE: graphql(
    `mutation TerminateMachines($input: TerminateVirtualMachinesInput!) {
      result: terminateVirtualMachines(input: $input) {
        job { id } dryRun { ...DryRunFields } errors { field message }
      }
    }`,
    [dryRunFields],
  ),
};

export const OF_ONE = {
  START: graphql(
    `mutation StartMachine($input: StartVirtualMachineInput!) {
      result: startVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
  STOP: graphql(
    `mutation StopMachine($input: StopVirtualMachineInput!) {
      result: stopVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
  REBOOT: graphql(
    `mutation RebootMachine($input: RebootVirtualMachineInput!) {
      result: rebootVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
  SUSPEND: graphql(
    `mutation SuspendMachine($input: SuspendVirtualMachineInput!) {
      result: suspendVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
  RESUME: graphql(
    `mutation ResumeMachine($input: ResumeVirtualMachineInput!) {
      result: resumeVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
  TERMINATE: graphql(
    `mutation TerminateMachine($input: TerminateVirtualMachineInput!) {
      result: terminateVirtualMachine(input: $input) {
        job { id } dryRun { ...OneFields } errors { field message }
      }
    }`,
    [oneFields],
  ),
};

export const RESIZE = graphql(
  `mutation ResizeMachine($input: ResizeVirtualMachineInput!) {
    result: resizeVirtualMachine(input: $input) {
      job { id } dryRun { ...OneFields } errors { field message }
    }
  }`,
  [oneFields],
);

export const OF_A_CONTAINER = {
  START_CONTAINER: graphql(
    `mutation StartContainer($input: StartContainerInput!) {
      result: startContainer(input: $input) {
        job { id } dryRun { ...ContainerDryRunFields } errors { field message }
      }
    }`,
    [containerFields],
  ),
  STOP_CONTAINER: graphql(
    `mutation StopContainer($input: StopContainerInput!) {
      result: stopContainer(input: $input) {
        job { id } dryRun { ...ContainerDryRunFields } errors { field message }
      }
    }`,
    [containerFields],
  ),
  RESTART_CONTAINER: graphql(
    `mutation RestartContainer($input: RestartContainerInput!) {
      result: restartContainer(input: $input) {
        job { id } dryRun { ...ContainerDryRunFields } errors { field message }
      }
    }`,
    [containerFields],
  ),
  REMOVE_CONTAINER: graphql(
    `mutation RemoveContainer($input: RemoveContainerInput!) {
      result: removeContainer(input: $input) {
        job { id } dryRun { ...ContainerDryRunFields } errors { field message }
      }
    }`,
    [containerFields],
  ),
};

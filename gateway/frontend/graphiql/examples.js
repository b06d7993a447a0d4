/** The queries of the menu. Tests compare them with README.md and docs/questions.md, and run them. */

/**
 * @typedef {object} Example
 * @property {string} title
 * @property {string} query
 * @property {() => Record<string, unknown>} [variables]
 */

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param {number} days */
const daysAgo = (days) => new Date(Date.now() - days * DAY_MS).toISOString();

/** @type {readonly {title: string, examples: readonly Example[]}[]} */
export const GROUPS = [
  {
    title: "A tour",
    examples: [
      {
        title: "Five running machines of all clouds",
        query: `{
  virtualMachines(first: 5, filter: { state: [RUNNING] }) {
    totalCount
    complete # false: a cloud did not answer, rows may be missing
    nodes { name state region provider { name } size { name pricePerHour } publicIps }
    sources { provider { name } region status durationMs error { code message } }
  }
}`,
      },
      {
        title: "Ask every cloud now",
        query: `{ virtualMachines(first: 3, maxAge: 0) { totalCount complete nodes { id name state } } }`,
      },
      {
        title: "Volumes that no machine uses, and open security groups",
        query: `{
  volumes(filter: { state: [AVAILABLE] }) { nodes { name size provider { name } } }
  securityGroups(filter: { openToWorld: true }) { nodes { name openPorts region } }
}`,
      },
      {
        title: "What would stopping these machines do? (dry run)",
        query: `mutation {
  stopVirtualMachines(input: { filter: { search: "web", state: [RUNNING] }, max: 50, dryRun: true }) {
    dryRun { allowed targets { virtualMachine { name } allowed checks { name ok message } } }
    errors { field code message }
  }
}`,
      },
    ],
  },
  {
    title: "Questions",
    examples: [
      {
        title: "How many machines run, per provider and region?",
        query: `{
  virtualMachinesAggregate(
    filter: { state: [RUNNING] }
    groupBy: [{ field: PROVIDER }, { field: REGION }]
    orderBy: { field: COUNT, direction: DESC }
  ) {
    complete
    totals { count vcpus memory }
    groups { keys { name value label } measures { count vcpus memory } }
    sources { provider { name } region status error { code message } }
  }
}`,
      },
      {
        title: "What does each team cost a month?",
        query: `{
  virtualMachinesAggregate(
    filter: { not: { state: [TERMINATED, MISSING] } }
    groupBy: [{ tag: "team" }]
    orderBy: { field: MONTHLY_COST, direction: DESC }
  ) {
    complete
    totals { count monthlyCost unpriced }
    groups { keys { value } measures { count monthlyCost unpriced } }
  }
}`,
      },
      {
        title: "What changed since yesterday?",
        query: `query ($since: DateTime!) {
  changes(filter: { since: $since }, first: 100) {
    totalCount
    nodes { at type field before after target { name region } provider { name } }
    pageInfo { hasNextPage endCursor }
  }
}`,
        variables: () => ({ since: daysAgo(1) }),
      },
      {
        title: "What is different from yesterday?",
        query: `query ($yesterday: DateTime!) {
  virtualMachinesDiff(from: $yesterday, filter: { tags: [{ key: "env", value: "prod" }] }) {
    complete
    added
    removed
    changed
    nodes { kind before { name state } after { name state } fields { field before after } }
    sourcesBefore { provider { name } region status }
    sources { provider { name } region status }
    pageInfo { hasNextPage endCursor }
  }
}`,
        variables: () => ({ yesterday: daysAgo(1) }),
      },
      {
        title: "How many machines ran on Monday?",
        query: `query ($monday: DateTime!) {
  virtualMachinesAggregate(
    at: $monday
    filter: { state: [RUNNING] }
    groupBy: [{ field: PROVIDER }, { tag: "team" }]
  ) {
    complete
    totals { count vcpus memory hourlyCost }
    groups { keys { name value label } measures { count hourlyCost } }
    sources { provider { name } region status fetchedAt error { code message } }
  }
}`,
        variables: () => ({ monday: daysAgo(7) }),
      },
      {
        title: "Which machines have no owner?",
        query: `{
  virtualMachines(filter: { not: { tagKeys: ["owner"] }, state: [RUNNING, STOPPED] }) {
    totalCount
    complete
    nodes { name region provider { name } tags { key value } }
  }
}`,
      },
      {
        title: "Which machines have been stopped for more than thirty days?",
        query: `query ($before: DateTime!) {
  virtualMachines(filter: { state: [STOPPED], stateChangedBefore: $before }) {
    totalCount
    complete
    nodes { name stateChangedAt provider { name } pricePerHour }
  }
}`,
        variables: () => ({ before: daysAgo(30) }),
      },
      {
        title: "Which are the ten most expensive?",
        query: `{
  virtualMachines(
    first: 10
    filter: { state: [RUNNING] }
    orderBy: { field: MONTHLY_COST, direction: DESC }
  ) {
    complete
    nodes { name size { name } monthlyCost price { amount currency per source } provider { name } region }
  }
}`,
      },
      {
        title: "Which images are older than a year?",
        query: `query ($before: DateTime!) {
  images(filter: { own: true, createdBefore: $before }, orderBy: { field: CREATED_AT }) {
    totalCount
    complete
    nodes { name createdAt size provider { name } virtualMachines { name } }
  }
}`,
        variables: () => ({ before: daysAgo(365) }),
      },
      {
        title: "Which values do fields and tags have?",
        query: `{
  virtualMachines(first: 20, filter: { search: "web" }) {
    totalCount
    nodes { name state region }
    facets(by: [{ field: STATE }, { tag: "env" }], first: 10) {
      name
      valueCount
      values { value label count }
    }
  }
}`,
      },
      {
        title: 'Which objects of any type are called "web"?',
        query: `{
  search(text: "web") {
    totalCount
    complete
    nodes { __typename id name region stale provider { name } tags { key value } }
    pageInfo { hasNextPage endCursor }
  }
}`,
      },
    ],
  },
  {
    title: "Live",
    examples: [
      {
        title: "Your jobs as they go on",
        query: `subscription { jobUpdated { id label state progress } }`,
      },
      {
        title: "Machines, cloud by cloud as they answer",
        query: `subscription {
  virtualMachines(maxAge: 0) {
    source { provider { name } region status durationMs error { message } }
    nodes { name state }
  }
}`,
      },
    ],
  },
];

export const EXAMPLES = GROUPS.flatMap(({ examples }) => examples);

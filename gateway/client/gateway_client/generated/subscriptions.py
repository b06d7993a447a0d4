WATCH_JOB = """
subscription WatchJob($id: ID) {
  jobUpdated(id: $id) {
    ...JobParts
  }
}

fragment JobParts on Job {
  id
  label
  operation
  state
  progress
  createdAt
  finishedAt
  targetName
  providerName
  requesterLogin
  error {
    code
    message
    retryable
  }
  createdObjects {
    id
    type
    name
    isCertain
  }
}
"""

WATCH_MACHINES = """
subscription WatchMachines($filter: VirtualMachineFilter) {
  virtualMachineChanged(filter: $filter) {
    ...MachineParts
  }
}

fragment MachineParts on VirtualMachine {
  id
  name
  state
  region
  provider {
    id
    name
  }
  size {
    name
  }
  vcpus
  memory
  publicIps
  privateIps
  pricePerHour
  tags {
    key
    value
  }
  createdAt
  observedAt
  stale
  externalId
  problem
}
"""

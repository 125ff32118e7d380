"""What is true without GraphQL: vocabulary, policy, decisions, operations and the store."""

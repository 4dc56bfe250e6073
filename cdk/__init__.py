"""The CDK app: one stack a stage, one construct a capability."""

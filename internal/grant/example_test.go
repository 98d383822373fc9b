package grant

const example = `version: 1
grants:
  team-data-reader:
    description: Read one team's prefix in the data bucket.
    callers:                                    # any one of these
      - user: arn:aws:iam::123456789012:user/team/*
      - role: arn:aws:iam::123456789012:role/Developer
      - role: arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Dev_*
        session_name: "*@example.com"           # only where the role's trust guarantees the name: trust_session_name: true
        trust_session_name: true
    deny:                                       # evaluated first
      - user: arn:aws:iam::123456789012:user/team/former
    require: {org_id: o-exampleorg1, source_ip: [203.0.113.0/24], reason: true}
    role_arn: arn:aws:iam::210987654321:role/data-reader
    external_id: karikagi-210987654321
    duration: {default: 15m, max: 1h}           # above 1h is refused at load: an execution role's sessions are chained
    parameters:
      team: {enum: [blue, green]}
      ticket: {pattern: ticket, max_length: 16} # named, fixed patterns; no regular expressions from users
    session_policy:                             # IAM JSON as YAML; placeholders only inside strings, escaped by position
      Statement:
        - Effect: Allow
          Action: [s3:GetObject]
          Resource: arn:aws:s3:::data/${parameter.team}/*
    policy_arns: []
    tags: {team: "${parameter.team}", caller: "${caller.name}"}
    transitive_tag_keys: [caller]
    source_identity: "${caller.name}"
tests:
  - {caller: arn:aws:iam::123456789012:user/team/alice, grant: team-data-reader, parameters: {team: blue}, expect: allow}
  - {caller: arn:aws:iam::999999999999:user/team/alice, grant: team-data-reader, expect: deny}
`

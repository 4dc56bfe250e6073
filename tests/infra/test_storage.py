"""Tables and buckets: encrypted, recoverable, closed."""

import pytest

from tests.infra.synthesis import Synthesis

DATA_TABLES = ("Observations", "Weather", "Forecasts", "Verification", "Stations", "Files", "Models")
ACCOUNT_TABLES = ("Accounts", "Usage", "Audit", "Jobs")
EXPENDABLE_TABLES = ("Scratch", "Circuits", "Requests")
VERSIONED_DATA_BUCKETS = ("Uploads", "Artifacts", "Backups", "Lake")
DATA_BUCKETS = (*VERSIONED_DATA_BUCKETS, "Results")
VERSIONED_BUCKETS = (*VERSIONED_DATA_BUCKETS, "AccessLogs")
BUCKETS = (*DATA_BUCKETS, "AccessLogs")


def test_there_are_these_tables_and_buckets_only(stage: Synthesis) -> None:
    assert len(stage.of_type("AWS::DynamoDB::Table")) == len(DATA_TABLES) + len(ACCOUNT_TABLES) + len(EXPENDABLE_TABLES)
    assert len(stage.of_type("AWS::S3::Bucket")) == len(BUCKETS)


@pytest.mark.parametrize("name", [*DATA_TABLES, *ACCOUNT_TABLES, *EXPENDABLE_TABLES])
def test_tables_have_the_keys_of_the_contract_and_are_billed_by_request(stage: Synthesis, name: str) -> None:
    _, table = stage.only("AWS::DynamoDB::Table", f"Storage{name}")
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_stations_are_indexed_by_place_and_by_country(stage: Synthesis) -> None:
    _, table = stage.only("AWS::DynamoDB::Table", "StorageStations")
    assert table["GlobalSecondaryIndexes"] == [
        {
            "IndexName": "places",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "place", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "countries",
            "KeySchema": [
                {"AttributeName": "country", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
    ]
    indexed = [each for each in stage.of_type("AWS::DynamoDB::Table").values() if "GlobalSecondaryIndexes" in each]
    assert len(indexed) == 2


def test_the_audit_log_is_indexed_by_actor_and_by_day(stage: Synthesis) -> None:
    _, table = stage.only("AWS::DynamoDB::Table", "StorageAudit")
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {"actors": ["actor", "moment"], "days": ["day", "moment"]}


@pytest.mark.parametrize("name", [*DATA_TABLES, *ACCOUNT_TABLES])
def test_tables_with_data_can_go_back_to_any_second(stage: Synthesis, name: str) -> None:
    _, table = stage.only("AWS::DynamoDB::Table", f"Storage{name}")
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table.get("DeletionProtectionEnabled", False) is (stage.stage == "prod")


@pytest.mark.parametrize("name", DATA_BUCKETS)
def test_data_buckets_are_encrypted_with_the_rotating_key(stage: Synthesis, name: str) -> None:
    key_id, key = stage.only("AWS::KMS::Key", "StorageKey")
    assert key["EnableKeyRotation"] is True
    _, bucket = stage.only("AWS::S3::Bucket", f"Storage{name}")
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": {"Fn::GetAtt": [key_id, "Arn"]},
            },
        }
    ]


def test_access_logs_are_encrypted_too(stage: Synthesis) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageAccessLogs")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_are_private_and_owned(stage: Synthesis, name: str) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", f"Storage{name}")
    assert bucket["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_answer_over_tls_only(stage: Synthesis, name: str) -> None:
    bucket_id, _ = stage.only("AWS::S3::Bucket", f"Storage{name}")
    (policy,) = [
        each for each in stage.of_type("AWS::S3::BucketPolicy").values() if each["Bucket"] == {"Ref": bucket_id}
    ]
    whole_bucket = [
        {"Fn::GetAtt": [bucket_id, "Arn"]},
        {"Fn::Join": ["", [{"Fn::GetAtt": [bucket_id, "Arn"]}, "/*"]]},
    ]
    refused = [
        each["Condition"]
        for each in policy["PolicyDocument"]["Statement"]
        if each["Effect"] == "Deny" and each["Principal"] == {"AWS": "*"} and each["Resource"] == whole_bucket
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in refused
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in refused


@pytest.mark.parametrize("name", VERSIONED_BUCKETS)
def test_what_is_overwritten_or_deleted_stays_as_a_version(stage: Synthesis, name: str) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", f"Storage{name}")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_what_was_made_for_an_account_goes_by_itself_and_leaves_no_version(stage: Synthesis) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageResults")
    assert "VersioningConfiguration" not in bucket
    assert [
        each["ExpirationInDays"] for each in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in each
    ] == [7]


@pytest.mark.parametrize("name", VERSIONED_BUCKETS)
def test_old_versions_go_after_the_stage_s_days(stage: Synthesis, name: str) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", f"Storage{name}")
    rules = bucket["LifecycleConfiguration"]["Rules"]
    (rule,) = [each for each in rules if "NoncurrentVersionExpiration" in each and "Prefix" not in each]
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": {"local": 7, "dev": 30, "prod": 90}[stage.stage]}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


@pytest.mark.parametrize("prefix", ["checkpoints/", "members/"])
def test_what_a_training_leaves_beside_its_model_goes_after_a_month(stage: Synthesis, prefix: str) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageArtifacts")
    (rule,) = [each for each in bucket["LifecycleConfiguration"]["Rules"] if each.get("Prefix") == prefix]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_models_and_the_data_that_they_were_made_of_never_go_by_themselves(stage: Synthesis) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageArtifacts")
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert {each["Prefix"] for each in rules if "ExpirationInDays" in each} == {"checkpoints/", "members/"}


def test_markers_of_files_that_compaction_replaced_go_with_their_last_version(stage: Synthesis) -> None:
    _, bucket = stage.only("AWS::S3::Bucket", "StorageLake")
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert [each["Status"] for each in rules if each.get("ExpiredObjectDeleteMarker")] == ["Enabled"]


@pytest.mark.parametrize("name", DATA_BUCKETS)
def test_who_read_and_wrote_is_logged(stage: Synthesis, name: str) -> None:
    logs_id, _ = stage.only("AWS::S3::Bucket", "StorageAccessLogs")
    _, bucket = stage.only("AWS::S3::Bucket", f"Storage{name}")
    assert bucket["LoggingConfiguration"] == {
        "DestinationBucketName": {"Ref": logs_id},
        "LogFilePrefix": f"{name.lower()}/",
    }


def test_only_the_uploads_tell_event_bridge(stage: Synthesis) -> None:
    told = [name for name, each in stage.of_type("AWS::S3::Bucket").items() if "NotificationConfiguration" in each]
    assert [name.startswith("StorageUploads") for name in told] == [True]
    _, uploads = stage.only("AWS::S3::Bucket", "StorageUploads")
    assert uploads["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}

"""The keys that the vendors of cloud tools document, each list under the page that it is from."""

# https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
# https://docs.openstack.org/openstacksdk/latest/user/config/vendor-support.html
# https://docs.openstack.org/python-openstackclient/latest/cli/man/openstack.html
CLOUDS_YAML = """
    auth auth_type region_name regions networks profile cloud interface endpoint_type verify
    insecure cacert cert key identity_api_version compute_api_version image_api_version
    network_api_version volume_api_version block_storage_api_version dns_api_version
    object_store_api_version baremetal_api_version database_api_version database_service_type
    volume_service_type volume_service_name compute_service_type image_service_type
    network_service_type identity_service_type compute_endpoint_override
    image_endpoint_override network_endpoint_override identity_endpoint_override
    volume_endpoint_override object_store_endpoint_override endpoint_override
    compute_interface identity_interface compute_default_microversion
    placement_default_microversion floating_ip_source secgroup_source image_format
    image_api_use_tasks disable_vendor_agent force_ipv4 api_timeout auth_methods message
    status requires_floating_ip private external_network internal_network vendor_hook
    compute_status_code_retries image_status_code_retries baremetal_status_code_retries
    default_domain compute_region_name use_direct_get
"""
# https://docs.openstack.org/keystoneauth/latest/plugin-options.html
AUTH = """
    auth_url username user_id password project_id project_name tenant_id tenant_name
    user_domain_id user_domain_name project_domain_id project_domain_name domain_id
    domain_name default_domain trust_id system_scope passcode token application_credential_id
    application_credential_name application_credential_secret identity_provider protocol
    client_id client_secret discovery_endpoint access_token_endpoint access_token_type
    access_token openid_scope code code_challenge_method device_authorization_endpoint
    redirect_uri service_provider mutual_auth consumer_key consumer_secret access_key
    access_secret identity_provider_url service_provider_endpoint service_provider_entity_id
"""
NETWORKS = """
    name routes_externally routes_ipv4_externally routes_ipv6_externally nat_source
    nat_destination default_interface
"""
# https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html and
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
AWS_CONFIG = """
    account_id_endpoint_mode api_versions auth_scheme_preference aws_access_key_id
    aws_account_id aws_secret_access_key aws_session_token ca_bundle cli_auto_prompt
    cli_binary_format cli_follow_urlparam cli_history cli_pager cli_timestamp_format
    credential_process credential_source defaults_mode disable_host_prefix_injection
    disable_request_compression duration_seconds ec2_instance_profile_name
    ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode ec2_metadata_v1_disabled
    endpoint_discovery_enabled endpoint_url external_id ignore_configured_endpoint_urls
    login_session max_attempts metadata_service_num_attempts metadata_service_timeout
    mfa_serial output parameter_validation region request_checksum_calculation
    request_min_compression_size_bytes response_checksum_validation retry_mode role_arn
    role_session_name s3 s3_disable_express_session_auth s3_disable_multiregion_access_points
    s3_us_east_1_regional_endpoint s3_use_arn_region sdk_ua_app_id services
    sigv4a_signing_region_set source_profile sso_account_id sso_region sso_registration_scopes
    sso_role_name sso_session sso_start_url sts_regional_endpoints tcp_keepalive
    use_dualstack_endpoint use_fips_endpoint web_identity_token_file
"""
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
AWS_VARIABLES = """
    ACCESS_KEY_ID CA_BUNDLE CLI_AUTO_PROMPT CLI_FILE_ENCODING CONFIG_FILE DATA_PATH
    DEFAULT_OUTPUT DEFAULT_REGION EC2_METADATA_DISABLED ENDPOINT_URL ENDPOINT_URL_EC2
    ENDPOINT_URL_S3 IGNORE_CONFIGURED_ENDPOINT_URLS MAX_ATTEMPTS METADATA_SERVICE_NUM_ATTEMPTS
    METADATA_SERVICE_TIMEOUT PAGER PROFILE REGION REQUEST_CHECKSUM_CALCULATION
    RESPONSE_CHECKSUM_VALIDATION RETRY_MODE ROLE_ARN ROLE_SESSION_NAME SDK_UA_APP_ID
    SECRET_ACCESS_KEY SESSION_TOKEN SHARED_CREDENTIALS_FILE SIGV4A_SIGNING_REGION_SET
    STS_REGIONAL_ENDPOINTS USE_DUALSTACK_ENDPOINT USE_FIPS_ENDPOINT WEB_IDENTITY_TOKEN_FILE
    DEFAULT_PROFILE CREDENTIAL_EXPIRATION ACCOUNT_ID CONTAINER_CREDENTIALS_FULL_URI
"""
# https://cloud.google.com/iam/docs/keys-create-delete and google-auth's service_account.py
GOOGLE_FILE = """
    type project_id private_key_id private_key client_email client_id auth_uri token_uri
    auth_provider_x509_cert_url client_x509_cert_url universe_domain quota_project_id
"""
# https://googleapis.dev/python/google-auth/latest/reference/google.auth.environment_vars.html
GOOGLE_VARIABLES = """
    APPLICATION_CREDENTIALS CLOUD_PROJECT CLOUD_QUOTA_PROJECT API_USE_CLIENT_CERTIFICATE
    API_CERTIFICATE_CONFIG API_USE_MTLS_ENDPOINT
"""
# https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
KUBE_CLUSTER = """
    server tls-server-name insecure-skip-tls-verify certificate-authority
    certificate-authority-data proxy-url disable-compression extensions
"""
KUBE_USER = """
    client-certificate client-certificate-data client-key client-key-data token tokenFile as
    as-uid as-groups as-user-extra username password auth-provider exec extensions
"""
KUBE_CONTEXT = "cluster user namespace extensions"
# https://docs.docker.com/reference/cli/docker/#environment-variables
DOCKER = """
    API_VERSION CERT_PATH CONFIG CONTENT_TRUST CONTENT_TRUST_SERVER CONTEXT CUSTOM_HEADERS
    DEFAULT_PLATFORM HIDE_LEGACY_COMMANDS HOST TLS TLS_VERIFY
"""
# https://learn.microsoft.com/python/api/azure-identity/azure.identity.environmentcredential
AZURE = """
    TENANT_ID CLIENT_ID CLIENT_SECRET AUTHORITY_HOST CLIENT_CERTIFICATE_PATH
    CLIENT_CERTIFICATE_PASSWORD CLIENT_SEND_CERTIFICATE_CHAIN USERNAME PASSWORD
    ADDITIONALLY_ALLOWED_TENANTS REGIONAL_AUTHORITY_NAME SUBSCRIPTION_ID TOKEN_CREDENTIALS
    FEDERATED_TOKEN_FILE CONFIG_DIR
"""
# https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs
ARM = """
    SUBSCRIPTION_ID CLIENT_ID CLIENT_ID_FILE_PATH ENVIRONMENT TENANT_ID AUXILIARY_TENANT_IDS
    CLIENT_CERTIFICATE CLIENT_CERTIFICATE_PASSWORD CLIENT_CERTIFICATE_PATH CLIENT_SECRET
    CLIENT_SECRET_FILE_PATH OIDC_REQUEST_TOKEN OIDC_REQUEST_URL OIDC_TOKEN OIDC_TOKEN_FILE_PATH
    ADO_PIPELINE_SERVICE_CONNECTION_ID OIDC_AZURE_SERVICE_CONNECTION_ID USE_OIDC MSI_ENDPOINT
    USE_MSI USE_AKS_WORKLOAD_IDENTITY USE_CLI DISABLE_TERRAFORM_PARTNER_ID METADATA_HOSTNAME
    PARTNER_ID RESOURCE_PROVIDER_REGISTRATIONS RESOURCE_PROVIDERS_TO_REGISTER STORAGE_USE_AZUREAD
"""
# github.com/Azure/azure-cli, src/azure-cli-core/azure/cli/core/_profile.py and auth/identity.py
AZURE_SUBSCRIPTION = """
    id name state user isDefault tenantId environmentName homeTenantId managedByTenants
    tenantDefaultDomain tenantDisplayName
"""
AZURE_PRINCIPAL = """
    client_id tenant client_secret certificate use_cert_sn_issuer client_assertion
"""
# https://docs.digitalocean.com/reference/doctl/reference/auth/init/ ("Global Flags"), and
# https://docs.digitalocean.com/reference/terraform/reference/
DOCTL_FILE = """
    access-token auth-contexts oauth-tokens oauth-client api-url config context http-retry-max
    http-retry-wait-max http-retry-wait-min interactive output trace verbose
"""
DIGITALOCEAN = """
    TOKEN ACCESS_TOKEN API_URL CONTEXT CONFIG OUTPUT TRACE VERBOSE INTERACTIVE HTTP_RETRY_MAX
"""
# https://github.com/linode/linode-cli/wiki/Configuration and linodecli/configuration/config.py, and
# https://registry.terraform.io/providers/linode/linode/latest/docs
LINODE_FILE = """
    token default-user region type image authorized_users mysql_engine postgresql_engine api_host
    api_version api_scheme suppress-version-warning plugin-obj-token
"""
LINODE = """
    TOKEN CLI_TOKEN CONFIG CONFIG_PROFILE URL API_VERSION UA_PREFIX CLI_API_HOST CLI_API_VERSION
    CLI_API_SCHEME CLI_CA CLI_CONFIG OBJ_ACCESS_KEY CLI_OBJ_ACCESS_KEY
"""
# The template of cloudmesh 4.3, in tests/recordings/cloudmesh.
CLOUDMESH_AWS_KEYS = """
    region EC2_SECURITY_GROUP EC2_ACCESS_ID EC2_SECRET_KEY EC2_PRIVATE_KEY_FILE_PATH
    EC2_PRIVATE_KEY_FILE_NAME
"""

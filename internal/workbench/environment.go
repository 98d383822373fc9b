package workbench

// LambdaEnvironment is what Lambda gives to a function of an OS-only runtime
// (Lambda developer guide, "Defined runtime environment variables"), and where
// STS is. One address is missing: each process has a Runtime API of its own.
func LambdaEnvironment(folder, endpoint, id, secret, token string) []string {
	return []string{
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_ENDPOINT_URL_STS=" + endpoint,
		"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_SESSION_TOKEN=" + token,
		"AWS_LAMBDA_FUNCTION_NAME=karikagi", "AWS_LAMBDA_FUNCTION_VERSION=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/karikagi", "AWS_LAMBDA_LOG_STREAM_NAME=bench",
		"LAMBDA_TASK_ROOT=" + folder, "LAMBDA_RUNTIME_DIR=/var/runtime", "_HANDLER=bootstrap", "TZ=:UTC", "LANG=en_US.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin",
	}
}

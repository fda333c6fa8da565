/// What an app needs to sync other data than weights, for example a second health metric (`moreTasks` of `WeightSync.open`).
library;

export 'core/api/api_answer.dart';
export 'core/api/api_failure.dart';
export 'core/auth/account_data.dart';
export 'core/auth/authorized_client.dart';
export 'core/auth/sign_in_required.dart';
export 'core/sync/sync_task.dart';

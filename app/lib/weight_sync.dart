/// Body weight entries, offline first, in step with a weight-sync server.
library;

export 'core/api/field_problem.dart';
export 'core/auth/authentication_service.dart';
export 'core/auth/authentication_state.dart';
export 'core/auth/sign_in_failure.dart';
export 'core/auth/sign_out_outcome.dart';
export 'core/auth/unsent_edits.dart';
export 'core/auth/user.dart';
export 'core/state/observed.dart';
export 'core/state/watched.dart';
export 'core/sync/sync_failure.dart';
export 'core/sync/sync_manager.dart';
export 'core/sync/sync_status.dart';
export 'features/health_tracking/data/repositories/preferences.dart';
export 'features/health_tracking/data/repositories/weight_repository.dart';
export 'features/health_tracking/domain/conflict.dart';
export 'features/health_tracking/domain/conflict_answer.dart';
export 'features/health_tracking/domain/conflict_reason.dart';
export 'features/health_tracking/domain/entry_mark.dart';
export 'features/health_tracking/domain/entry_version.dart';
export 'features/health_tracking/domain/invalid_entry.dart';
export 'features/health_tracking/domain/server_limits.dart';
export 'features/health_tracking/domain/weight.dart';
export 'features/health_tracking/domain/weight_entry.dart';
export 'features/health_tracking/domain/weight_range.dart';
export 'features/health_tracking/domain/weight_unit.dart';

import 'dart:async';

/// Does a task's work; false asks for another try.
typedef BackgroundTaskHandler = Future<bool> Function(String taskName, Map<String, dynamic>? inputData);

/// Is called when the system stops a task.
typedef BackgroundTaskStoppedHandler = Future<void> Function(String taskName, StopReason stopReason);

/// Why the system stopped a task.
enum StopReason {
  /// Unknown.
  unknown,
}

/// Which network a task needs.
enum NetworkType {
  /// Any.
  connected,

  /// A metered one.
  metered,

  /// None.
  notRequired,

  /// One that is not roaming.
  notRoaming,

  /// An unmetered one.
  unmetered,

  /// One that is unmetered for the time being.
  temporarilyUnmetered,
}

/// What to do with a periodic task of the same name.
enum ExistingPeriodicWorkPolicy {
  /// Keep the old one.
  keep,

  /// Replaces the task that has this name.
  replace,

  /// Change the old one.
  update,
}

/// How to wait between tries.
enum BackoffPolicy {
  /// Longer each time.
  exponential,

  /// A bit longer each time.
  linear,
}

/// When a task may run.
class Constraints {
  /// Conditions of a task.
  Constraints({
    this.networkType,
    this.requiresBatteryNotLow,
    this.requiresCharging,
    this.requiresDeviceIdle,
    this.requiresStorageNotLow,
  });

  /// The network it needs.
  NetworkType? networkType;

  /// Whether the battery must not be low.
  bool? requiresBatteryNotLow;

  /// Whether the device must be charging.
  bool? requiresCharging;

  /// Whether the device must be idle.
  bool? requiresDeviceIdle;

  /// Whether the storage must not be low.
  bool? requiresStorageNotLow;
}

/// What the stub was called with; for tests.
typedef StubbedTask = ({
  String uniqueName,
  String taskName,
  Duration? frequency,
  NetworkType? network,
  ExistingPeriodicWorkPolicy? policy,
});

/// The tasks registered with the stub.
final List<StubbedTask> stubbedTasks = [];

/// The entry point given to the stub.
Function? stubbedDispatcher;

/// The handler given to the stub.
BackgroundTaskHandler? stubbedHandler;

/// Thrown by the stub when a task is registered.
Exception? stubbedFailure;

/// Background tasks of the system.
class Workmanager {
  /// The only one.
  factory Workmanager() => _only;

  Workmanager._();

  static final Workmanager _only = Workmanager._();

  /// The name of iOS's background fetch.
  static const String iOSBackgroundTask = 'iOSPerformFetch';

  /// Sets the entry point of background isolates.
  Future<void> initialize(
    Function callbackDispatcher, {
    @Deprecated('It has no effect.') bool isInDebugMode = false,
  }) async => stubbedDispatcher = callbackDispatcher;

  /// Sets the handler; called by the entry point.
  // ignore: avoid_void_async, the plug-in's signature
  void executeTask(BackgroundTaskHandler backgroundTaskHandler, {BackgroundTaskStoppedHandler? onTaskStopped}) async =>
      stubbedHandler = backgroundTaskHandler;

  /// Registers a task that the system runs again and again.
  Future<void> registerPeriodicTask(
    String uniqueName,
    String taskName, {
    Duration? frequency,
    Duration? flexInterval,
    Map<String, dynamic>? inputData,
    Duration? initialDelay,
    Constraints? constraints,
    ExistingPeriodicWorkPolicy? existingWorkPolicy,
    BackoffPolicy? backoffPolicy,
    Duration? backoffPolicyDelay,
    String? tag,
  }) async {
    if (stubbedFailure case final failure?) throw failure;
    stubbedTasks.add((
      uniqueName: uniqueName,
      taskName: taskName,
      frequency: frequency,
      network: constraints?.networkType,
      policy: existingWorkPolicy,
    ));
  }

  /// Cancels a task.
  Future<void> cancelByUniqueName(String uniqueName) async =>
      stubbedTasks.removeWhere((task) => task.uniqueName == uniqueName);
}

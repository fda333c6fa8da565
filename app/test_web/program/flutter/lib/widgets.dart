/// The signatures of Flutter's own library.
library;

export 'foundation.dart';

/// The connection to an engine: here there is none.
final class WidgetsFlutterBinding {
  const WidgetsFlutterBinding._();

  /// The only one.
  static WidgetsFlutterBinding ensureInitialized() => const WidgetsFlutterBinding._();
}

/// Without an engine the app neither leaves nor comes back.
final class AppLifecycleListener {
  /// Listens to nothing.
  AppLifecycleListener({this.binding, this.onResume});

  /// The connection.
  final WidgetsFlutterBinding? binding;

  /// Never called.
  final void Function()? onResume;

  /// Nothing to stop.
  void dispose() {}
}

import 'package:path/path.dart' as path;
import 'package:path_provider/path_provider.dart';
import 'package:weight_sync/weight_sync.dart';

/// The app's own folder for files that the user does not see: `filesDir` on Android, Application Support on Apple's
/// systems. Part of the system's backup. Not for browsers.
final class SupportFolder implements DataFolder {
  /// The folder [name] in it.
  const SupportFolder([this.name = 'weight_sync']);

  /// The folder's name.
  final String name;

  @override
  Future<String> locate() async => path.join((await getApplicationSupportDirectory()).path, name);
}

import 'package:path/path.dart' as path;

import 'data_folder.dart';
import 'usual_folder_io.dart' if (dart.library.js_interop) 'usual_folder_web.dart';

/// The usual data folder of desktop systems and of iOS; in a browser, files of the page's origin. Android exposes its
/// folder to Java only: pass another [DataFolder] there (app/README.md).
final class PlatformDataFolder implements DataFolder {
  /// A folder called [name] in the usual place.
  const PlatformDataFolder([this.name = 'weight_sync']);

  /// The folder's name.
  final String name;

  @override
  Future<String> locate() async => path.join(usualFolder(), name);
}

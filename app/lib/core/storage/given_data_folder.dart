import 'data_folder.dart';

/// A folder chosen by the app.
final class GivenDataFolder implements DataFolder {
  /// The folder at [path].
  const GivenDataFolder(this.path);

  /// The folder's path.
  final String path;

  @override
  Future<String> locate() async => path;
}

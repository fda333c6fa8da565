import 'dart:io';

/// Where the stub's folder is; for tests.
String stubbedFolder = Directory.systemTemp.path;

/// The folder for files that the user does not see.
Future<Directory> getApplicationSupportDirectory() async => Directory(stubbedFolder);

import 'dart:io';

import 'storage_failure.dart';

/// Runs [action]; throws a [StorageFailure] if the file system fails.
Future<T> orStorageFailure<T>(Future<T> Function() action) async {
  try {
    return await action();
  } on FileSystemException catch (failure) {
    throw StorageFailure('$failure');
  }
}

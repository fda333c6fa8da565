package com.example.weight_sync_example

import io.flutter.embedding.android.FlutterActivity

class MainActivity : FlutterActivity()

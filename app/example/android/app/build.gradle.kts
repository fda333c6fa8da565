plugins {
    id("com.android.application")
    id("kotlin-android")
    // After the two others.
    id("dev.flutter.flutter-gradle-plugin")
}

android {
    namespace = "com.example.weight_sync_example"
    compileSdk = flutter.compileSdkVersion
    ndkVersion = flutter.ndkVersion

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    defaultConfig {
        // Your own: stores identify the app by it.
        applicationId = "com.example.weight_sync_example"
        // The keystore and background tasks need 23; Flutter's own minimum is higher.
        minSdk = maxOf(23, flutter.minSdkVersion)
        targetSdk = flutter.targetSdkVersion
        versionCode = flutter.versionCode
        versionName = flutter.versionName
    }

    buildTypes {
        release {
            // So that `flutter run --release` works; sign with your own key before you publish.
            signingConfig = signingConfigs.getByName("debug")
        }
    }
}

kotlin {
    compilerOptions {
        jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_17
    }
}

flutter {
    source = "../.."
}

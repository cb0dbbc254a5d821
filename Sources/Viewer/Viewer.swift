// The module's files arrive with the work on it.

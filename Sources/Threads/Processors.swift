// How many processors this process may use, container limits respected.
#if !hasFeature(Embedded)
    internal import CKernels

    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif

    /// The number of threads that run at once: the cores this process is allowed, less what a control group withholds.
    public func availableProcessors() -> Int {
        #if os(Linux)
            var cores = Int(sg_allowed_processors())
            if let quota = controlGroupQuota() { cores = min(cores, quota) }
            return max(1, cores)
        #else
            return max(1, sysconf(_SC_NPROCESSORS_ONLN))
        #endif
    }

    #if os(Linux)
        /// cpu.max of a version-2 control group holds "quota period" in microseconds; quota ÷ period rounded up, or nil.
        private func controlGroupQuota() -> Int? {
            guard let file = fopen("/sys/fs/cgroup/cpu.max", "r") else { return nil }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            guard fgets(&line, 64, file) != nil else { return nil }
            let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split {
                $0 == " " || $0 == "\n"
            }
            guard words.count == 2, let quota = Int(words[0]), let period = Int(words[1]), period > 0 else {
                return nil
            }
            return max(1, (quota + period - 1) / period)
        }
    #endif
#endif

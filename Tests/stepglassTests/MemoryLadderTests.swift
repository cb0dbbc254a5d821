// Limits on memory, step by step from where the program can just be loaded to where all is well: each run is whole, or ends
// with one line, and no part of a file stays.
import Foundation
import TestTools
import Testing

#if os(Linux)
    @Suite(.needs(.command), .needs(.python)) struct MemoryLadderTests {
        @Test(arguments: [
            "trace hi --model tiny --max-tokens 2 --threads 4 -o out",
            "lesson book --one-file --lesson 1 -o out/book.html", "export given --to perfetto -o out/events.json",
        ])
        func everyStep(_ words: String) throws {
            let place = try Workplace()
            #expect(
                try place.stepglass("trace", "hi", "--model", "tiny", "--max-tokens", "2", "-o", "given").status == 0)
            let run = try place.python(Self.ladder, words)
            #expect(run.status == 0, "\(words): \(run.text)\(run.errors)")
        }

        /// Up by a fifteenth each time, until three runs one after the other were whole.
        private static let ladder = """
            import os, resource, shutil, subprocess, sys
            limit, whole, told = 80_000, 0, 0
            while whole < 3:
                assert limit < 8_000_000, 'never whole'
                shutil.rmtree('out', ignore_errors=True)
                os.mkdir('out')
                size = limit * 1024
                run = subprocess.run([os.environ['EXE']] + sys.argv[1].split(), stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)))
                lines = run.stderr.decode().splitlines()
                files = [os.path.join(at, name) for at, _, names in os.walk('.') for name in names]
                if run.returncode == 127 or 'shared librar' in run.stderr.decode() or 'shared object' in run.stderr.decode():
                    # The loader's own end: not one line of the program was run.
                    assert whole == told == 0, lines
                else:
                    ours = [line for line in lines if line.startswith('stepglass: ')]
                    if run.returncode == 0:
                        assert not ours, lines
                        whole += 1
                    else:
                        assert run.returncode in (1, 2) and ours == lines[-1:], (limit, run.returncode, lines[:6])
                        assert all(' tokens, ended by ' in line for line in lines[:-1]), (limit, lines)
                        whole, told = 0, told + 1
                parts = [name for name in files if '.part-' in name or '.stepglass-writing' in name]
                assert not parts, (limit, run.returncode, parts, lines)
                if run.returncode != 0:
                    assert not os.listdir('out'), (limit, os.listdir('out'))
                limit += limit // 15
            # A small command is loaded with hardly less than it needs.
            assert told > 0 or sys.argv[1].startswith('export'), 'no limit was felt'
            print(limit, told)
            """
    }
#endif

// Release builds what a release offers for download:
//
//	./build.sh release     (builds the page, then runs go run ./tools/release)
//
// In the folder given by -out it leaves
//
//   - the command for Linux, macOS and Windows on amd64 and arm64, with the page embedded, so that steady serve needs
//     nothing else; those for Linux are static and therefore without WebGPU, which loads a library at run time;
//   - steady-cluster for the same, which serves a benchmark to other machines, and computes one;
//   - steady-site.zip, the page for any static web server;
//   - steady-stick.zip, the page with a program for each platform that serves it, and what explains and starts them: to be unpacked
//     on a USB stick for a room without a network;
//   - LICENSES.txt, the licenses of Steady and of all that the programs and the page are made of, which is in the archives, too;
//   - SHA256SUMS.
//
// The live stage is not among them: on Linux and macOS it takes a C compiler of that system (./build.sh stage).
//
// The same source makes the same bytes, on any machine.
package main

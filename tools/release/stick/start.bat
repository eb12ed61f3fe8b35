@echo off
rem Starts Steady from this folder and shows it in the browser.
cd /d "%~dp0"
set program=programs\steady-windows-amd64.exe
if /i "%PROCESSOR_ARCHITECTURE%"=="ARM64" set program=programs\steady-windows-arm64.exe
"%program%" serve --open --dir site || "%program%" serve --open --dir site --addr 127.0.0.1:0
pause
